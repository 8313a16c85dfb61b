/**
 * Tests of the MongoDB room: sorting of failures alone, everything else against the embedded wire
 * server, silent and stopped ones included. No service's documents here.
 */
@NullMarked
package io.weir.platform.mongo;

import org.jspecify.annotations.NullMarked;
