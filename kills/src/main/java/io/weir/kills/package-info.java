/**
 * The kill points: one piece of work after the other, the service killed between two of its steps
 * and started again, and a look at what became of it. No service's classes: only their processes,
 * streams and documents.
 */
@NullMarked
package io.weir.kills;

import org.jspecify.annotations.NullMarked;
