@NullMarked
package io.weir.benchmarks;

import org.jspecify.annotations.NullMarked;
