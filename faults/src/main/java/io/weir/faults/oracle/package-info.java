/**
 * What was published, tried, done and given up, and what that says of the library: pure counting,
 * apart from the reading of files.
 */
@NullMarked
package io.weir.faults.oracle;

import org.jspecify.annotations.NullMarked;
