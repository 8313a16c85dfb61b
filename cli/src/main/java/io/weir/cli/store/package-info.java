/** MongoDB as the command line sees it: how it is found. Knows no collections. */
@NullMarked
package io.weir.cli.store;

import org.jspecify.annotations.NullMarked;
