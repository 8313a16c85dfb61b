package io.weir.gateway.provider;

import io.weir.gateway.config.ProviderKind;

final class OpenAiCompatibleIT extends ProviderContract {
  OpenAiCompatibleIT() {
    super(ProviderKind.OPENAI_COMPATIBLE, "authorization");
  }
}
