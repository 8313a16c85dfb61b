/** Tests of the contract rules. */
@NullMarked
package io.weir.proto;

import org.jspecify.annotations.NullMarked;
