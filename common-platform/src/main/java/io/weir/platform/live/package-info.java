/**
 * What happens now, handed out inside a process: one {@link io.weir.platform.live.Feed} hears a
 * stream, and everybody who watches has a {@link io.weir.platform.live.Mailbox} of their own with a
 * bound. Knows neither HTTP nor a store, and never waits for anybody who watches.
 */
@NullMarked
package io.weir.platform.live;

import org.jspecify.annotations.NullMarked;
