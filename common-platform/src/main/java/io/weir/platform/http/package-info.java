/**
 * What every HTTP interface of the platform shares: reading JSON within limits, naming the field at
 * fault, one error shape, request and correlation ids, access log, requests that are done once.
 * Knows no store and no service, and of keys and answers that are kept only what the room of work
 * offers; handlers stay thin on top of it.
 */
@NullMarked
package io.weir.platform.http;

import org.jspecify.annotations.NullMarked;
