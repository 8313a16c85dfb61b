/**
 * MongoDB for blocking code on virtual threads: one client a service, time-outs on everything,
 * outages told apart from refusals, indexes created at start. Keeps to what MongoDB and the
 * embedded wire server both do: no sessions, no transactions, no pipeline updates. Knows no
 * service's documents.
 */
@NullMarked
package io.weir.platform.mongo;

import org.jspecify.annotations.NullMarked;
