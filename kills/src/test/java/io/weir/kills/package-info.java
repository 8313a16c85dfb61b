/** Tests of the kill points: the short version on real parts, and their names and choice alone. */
@NullMarked
package io.weir.kills;

import org.jspecify.annotations.NullMarked;
