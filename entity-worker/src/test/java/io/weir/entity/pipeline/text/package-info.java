/** Tests of the package of the same name; nothing that ships. */
@NullMarked
package io.weir.entity.pipeline.text;

import org.jspecify.annotations.NullMarked;
