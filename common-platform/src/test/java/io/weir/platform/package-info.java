/** Tests of what holds for the module as a whole: the walls between its rooms. */
@NullMarked
package io.weir.platform;

import org.jspecify.annotations.NullMarked;
