package io.weir.platform.http;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** How one API writes its errors. Stateless and thread-safe. */
public interface ErrorShape {
  /** Content type of the bodies. */
  String contentType();

  /** The body that tells {@code problem}. */
  ObjectNode body(Problem problem, String requestId);

  /**
   * RFC 9457: {@code
   * {"type","title","status","detail","request_id","errors":[{"field","message"}]}}, with {@code
   * errors} only where fields are at fault, and what more the problem has to tell.
   */
  static ErrorShape problemJson() {
    return new ErrorShape() {
      @Override
      public String contentType() {
        return "application/problem+json";
      }

      @Override
      public ObjectNode body(Problem problem, String requestId) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        body.put("type", "about:blank");
        body.put("title", problem.title());
        body.put("status", problem.status());
        body.put("detail", problem.detail());
        body.put("request_id", requestId);
        if (!problem.errors().isEmpty()) {
          var errors = body.putArray("errors");
          problem
              .errors()
              .forEach(e -> errors.addObject().put("field", e.field()).put("message", e.message()));
        }
        problem.more().forEach(body::set);
        return body;
      }
    };
  }
}
