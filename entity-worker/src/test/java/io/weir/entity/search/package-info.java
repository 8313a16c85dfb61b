/** Tests of the package of the same name; nothing that ships. */
@NullMarked
package io.weir.entity.search;

import org.jspecify.annotations.NullMarked;
