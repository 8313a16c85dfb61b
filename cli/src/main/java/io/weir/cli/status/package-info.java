/**
 * {@code weir status}: how the services, the streams with their consumers and the dead letters
 * stand, gathered first and then shown, for people or as JSON.
 */
@NullMarked
package io.weir.cli.status;

import org.jspecify.annotations.NullMarked;
