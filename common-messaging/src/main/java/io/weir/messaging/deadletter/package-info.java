/**
 * What dead letters are, and what operators do with them, as values: a letter and its facts, a
 * filter, an edit, a record of an action, the state of a long run. Pure: no broker may enter; the
 * JetStream room does the work.
 */
@NullMarked
package io.weir.messaging.deadletter;

import org.jspecify.annotations.NullMarked;
