/**
 * The catalogue of what travels between the services and of the ways in: every subject, stream,
 * codec, route and scope, each named once. Data only; no other place in the services writes a
 * subject.
 */
@NullMarked
package io.weir.platform.contract;

import org.jspecify.annotations.NullMarked;
