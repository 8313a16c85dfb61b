/** The worker that is tortured: an ordinary service of the library, in a process of its own. */
@NullMarked
package io.weir.faults.worker;

import org.jspecify.annotations.NullMarked;
