/**
 * What every HTTP interface of the platform shares: reading JSON within limits, naming the field at
 * fault, one error shape, request and correlation ids, access log, the guard that lets callers in,
 * requests that are done once. Knows no store and no service: it hands on that of the API keys to
 * the room of access, and that of keys and answers is the room of work's; handlers stay thin on top
 * of it.
 */
@NullMarked
package io.weir.platform.http;

import org.jspecify.annotations.NullMarked;
