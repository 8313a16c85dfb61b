package io.weir.gateway.provider;

import io.weir.gateway.config.ProviderKind;

final class AnthropicIT extends ProviderContract {
  AnthropicIT() {
    super(ProviderKind.ANTHROPIC, "x-api-key");
  }
}
