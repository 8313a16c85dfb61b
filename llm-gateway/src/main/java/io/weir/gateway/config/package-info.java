/**
 * What the gateway can be told at its start, each concern a validated record. Reads settings and
 * the file of providers; nothing here opens a connection, and nothing else reads a setting.
 */
@NullMarked
package io.weir.gateway.config;

import org.jspecify.annotations.NullMarked;
