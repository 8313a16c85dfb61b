/** Tests of the package of the same name; nothing that ships. */
@NullMarked
package io.weir.entity.pipeline;

import org.jspecify.annotations.NullMarked;
