/**
 * A whole service on this library, as small as it gets; the tests of the runtime run it as a
 * process.
 */
@NullMarked
package io.weir.messaging.example;

import org.jspecify.annotations.NullMarked;
