package io.weir.messaging.runtime;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.encoder.Encoder;
import ch.qos.logback.core.encoder.EncoderBase;

/** An encoder of whatever form in front of which secrets are masked. */
final class MaskingEncoder extends EncoderBase<ILoggingEvent> {
  private final Encoder<ILoggingEvent> form;

  MaskingEncoder(Encoder<ILoggingEvent> form) {
    this.form = form;
  }

  @Override
  public byte[] headerBytes() {
    return form.headerBytes();
  }

  @Override
  public byte[] encode(ILoggingEvent event) {
    return form.encode(MaskedEvent.of(event));
  }

  @Override
  public byte[] footerBytes() {
    return form.footerBytes();
  }
}
