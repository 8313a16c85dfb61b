@NullMarked
package io.weir.platform.usage;

import org.jspecify.annotations.NullMarked;
