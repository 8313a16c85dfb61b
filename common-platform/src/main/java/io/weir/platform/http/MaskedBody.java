package io.weir.platform.http;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helidon.http.HeaderName;
import io.helidon.http.HeaderNames;
import io.helidon.webserver.http.ServerRequest;
import io.helidon.webserver.http.ServerResponse;
import java.util.Set;

/**
 * Masks secrets at the door: before anything of a body is validated, stored, published or shown to
 * a model. How many were masked is said in the answer's header {@code x-secrets-masked} and counted
 * in {@code weir_secrets_masked_total}.
 */
public final class MaskedBody {
  private static final HeaderName HEADER = HeaderNames.create("x-secrets-masked");

  private MaskedBody() {}

  /** How many secrets a request came with. */
  record Count(int secrets) {}

  /**
   * A masked copy of {@code body}.
   *
   * @param identifiers fields that are not changed, since they name things; {@link
   *     Fields#identifier} refuses secrets in them
   */
  public static ObjectNode of(
      ServerRequest request, ServerResponse response, ObjectNode body, Set<String> identifiers) {
    JsonRedaction.Result result = JsonRedaction.of(body, identifiers);
    note(request, response, result.masked());
    return result.tree();
  }

  /** Says and counts that {@code secrets} were masked by somebody else. */
  public static void note(ServerRequest request, ServerResponse response, int secrets) {
    if (secrets > 0) {
      response.header(HEADER, String.valueOf(secrets));
      request.context().register(new Count(secrets));
    }
  }
}
