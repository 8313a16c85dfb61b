@NullMarked
package io.weir.faults.oracle;

import org.jspecify.annotations.NullMarked;
