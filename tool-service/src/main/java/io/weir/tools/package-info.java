/** An example of tools that the gateway has executed for models: files, to read only. */
@NullMarked
package io.weir.tools;

import org.jspecify.annotations.NullMarked;
