package io.weir.entity.pipeline.recognise;

import java.util.List;

/** Finds mentions of some types in one field. Pure and safe to share between threads. */
public interface Recogniser {

  /** Its name: the {@code source} of the mentions that it finds. */
  String source();

  /** The mentions in {@code field}, in any order; those of different recognisers may overlap. */
  List<Entity> recognise(TextField field);
}
