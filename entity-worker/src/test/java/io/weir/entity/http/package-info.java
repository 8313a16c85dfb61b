/** Tests of the package of the same name; nothing that ships. */
@NullMarked
package io.weir.entity.http;

import org.jspecify.annotations.NullMarked;
