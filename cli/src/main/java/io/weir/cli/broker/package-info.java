/** The broker as the command line sees it: how it is found. Knows no streams and no letters. */
@NullMarked
package io.weir.cli.broker;

import org.jspecify.annotations.NullMarked;
