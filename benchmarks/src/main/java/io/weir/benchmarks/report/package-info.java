/** Numbers into a results file, and that into tables and plots. Measures nothing. */
@NullMarked
package io.weir.benchmarks.report;

import org.jspecify.annotations.NullMarked;
