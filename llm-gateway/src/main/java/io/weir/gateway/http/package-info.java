/**
 * OpenAI's HTTP interface: parse, call, answer. Decides nothing about models; no broker may enter.
 */
@NullMarked
package io.weir.gateway.http;

import org.jspecify.annotations.NullMarked;
