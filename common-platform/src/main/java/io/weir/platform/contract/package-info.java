/**
 * The catalogue of what travels between the services: every subject, stream and codec, each named
 * once. Data only; no other place in the services writes a subject.
 */
@NullMarked
package io.weir.platform.contract;

import org.jspecify.annotations.NullMarked;
