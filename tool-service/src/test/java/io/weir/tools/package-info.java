/** Tests of the tools, on real files. */
@NullMarked
package io.weir.tools;

import org.jspecify.annotations.NullMarked;
