@NullMarked
package io.weir.faults;

import org.jspecify.annotations.NullMarked;
