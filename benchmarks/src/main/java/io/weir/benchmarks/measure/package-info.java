/** How something is measured: cells, samples and the rounds that take them. Knows no subject. */
@NullMarked
package io.weir.benchmarks.measure;

import org.jspecify.annotations.NullMarked;
