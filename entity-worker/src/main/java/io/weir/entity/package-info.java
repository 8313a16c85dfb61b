/** The service's beginning: what runs and in which order. Wiring only; nothing is decided here. */
@NullMarked
package io.weir.entity;

import org.jspecify.annotations.NullMarked;
