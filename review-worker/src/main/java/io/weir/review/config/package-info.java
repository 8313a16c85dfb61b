/**
 * The worker's settings and prompts, each a record that is read and validated whole at start.
 * Nothing here runs, and no other room reads the environment or a resource.
 */
@NullMarked
package io.weir.review.config;

import org.jspecify.annotations.NullMarked;
