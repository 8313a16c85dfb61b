/**
 * The gateway's pure steps: reading and editing a chat request, choosing candidates, watching a
 * stream of server-sent events, wording failures, answering from given text. No sockets, clocks,
 * threads, settings or brokers may enter.
 */
@NullMarked
package io.weir.gateway.pipeline;

import org.jspecify.annotations.NullMarked;
