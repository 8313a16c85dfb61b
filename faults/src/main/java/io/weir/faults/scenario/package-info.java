/** The tests: what is broken, when, and for how long. Each one plays on a stage of its own. */
@NullMarked
package io.weir.faults.scenario;

import org.jspecify.annotations.NullMarked;
