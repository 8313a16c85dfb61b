/**
 * Tests of the room of the same name, with the scripted model as the gateway: both speak OpenAI's
 * API.
 */
@NullMarked
package io.weir.cli.ask;

import org.jspecify.annotations.NullMarked;
