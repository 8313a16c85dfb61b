/**
 * The settings of the service, read and checked as a whole before anything starts. Records only; no
 * behaviour.
 */
@NullMarked
package io.weir.entity.config;

import org.jspecify.annotations.NullMarked;
