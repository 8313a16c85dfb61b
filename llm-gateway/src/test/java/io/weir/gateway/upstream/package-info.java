@NullMarked
package io.weir.gateway.upstream;

import org.jspecify.annotations.NullMarked;
