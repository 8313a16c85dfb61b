/**
 * The services as the command line sees them: JSON over HTTP, with failures that say what was asked
 * and what came back. Knows no service's fields.
 */
@NullMarked
package io.weir.cli.remote;

import org.jspecify.annotations.NullMarked;
