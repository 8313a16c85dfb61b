@NullMarked
package io.weir.faults.scenario;

import org.jspecify.annotations.NullMarked;
