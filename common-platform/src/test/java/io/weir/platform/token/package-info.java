/** Tests of the room of the same name. */
@NullMarked
package io.weir.platform.token;

import org.jspecify.annotations.NullMarked;
