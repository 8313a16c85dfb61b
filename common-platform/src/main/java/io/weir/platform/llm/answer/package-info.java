/**
 * The form of an answer that a program can read: what the model is told to keep to, and what
 * reading an answer comes to. Pure, so that a service's pure steps may know it: no model, no wire,
 * no clock.
 */
@NullMarked
package io.weir.platform.llm.answer;

import org.jspecify.annotations.NullMarked;
