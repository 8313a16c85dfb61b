/**
 * Tests of the HTTP plumbing: the pure parts alone, the rest on a real server and real sockets, bad
 * clients included. No service's routes here.
 */
@NullMarked
package io.weir.platform.http;

import org.jspecify.annotations.NullMarked;
