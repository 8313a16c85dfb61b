package io.weir.entity.pipeline.text;

import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Word lists, all lower-case. Function words of three neighbouring languages are in, since texts
 * mix.
 */
public final class EnglishWords {
  private EnglishWords() {}

  /** Words that carry no topic: they end a keyphrase and never make a name by themselves. */
  public static final Set<String> STOP =
      words(
          """
          a about above across after afterwards again against all almost alone along already also although always am
          among amongst an and another any anybody anyone anything anyway anywhere are aren't around as at away back be
          because been before beforehand behind being below beside besides between beyond both but by can can't cannot
          could couldn't did didn't do does doesn't doing don't done down due during each either else elsewhere enough
          etc even ever every everybody everyone everything everywhere except few first for former formerly from further
          furthermore had hadn't has hasn't have haven't having he he'd he'll he's hence her here here's hers herself him
          himself his how how's however i i'd i'll i'm i've ie if in indeed instead into is isn't it it's its itself last
          later latter least less let let's like likewise many may maybe me meanwhile might mine more moreover most mostly
          much must mustn't my myself namely near neither never nevertheless next no nobody none nor not nothing now
          nowhere of off often oh on once one only onto or other others otherwise our ours ourselves out over own per
          perhaps please quite rather really same second several shall she she'd she'll she's should shouldn't since so
          some somebody someone something sometimes somewhere still such than that that's the their theirs them themselves
          then thence there there's thereby therefore these they they'd they'll they're they've third this those though
          three through throughout thus to together too toward towards two under unless unlike until up upon us very via
          was wasn't we we'd we'll we're we've well were weren't what what's whatever when when's whenever where where's
          whereas wherever whether which whichever while who who's whoever whole whom whose why will with within without
          won't would wouldn't yes yet you you'd you'll you're you've your yours yourself yourselves
          der das und oder ein eine einer eines einem einen ist sind war nicht mit von für auf dem den des im zum zur
          auch als wie wird werden bei nach aus durch le les une des du et ou est sont dans pour avec sur pas que qui
          el los las una unos y o es son en con por para como pero
          """);

  /**
   * Verbs and adverbs that end a keyphrase: what stands on either side of them is not one thing.
   */
  public static final Set<String> CUT =
      words(
          """
          add added adds agree agreed agrees allow allowed allows answer answered answers apply applied applies ask asked
          asks became become becomes began begin begins believe believed believes bring brings brought build builds built
          call called calls came change changed changes choose chose come comes compare compared consider considered
          contain contained contains create created creates cut decide decided decides depend depends describe described
          describes drop dropped end ended enable enabled enables ensure ensures exist exists expect expected explain
          explained fail failed fails find finds follow followed follows found gave get gets give given gives go goes gone
          got grew grow grows happen happened happens help helped helps hold holds improve improved include included
          includes including increase increased join joined joins keep keeps kept knew know known knows lead leads learn
          learned leave leaves left look looked looks lose loses lost made make makes mean means meant meet meets met move
          moved moves need needed needs offer offered offers open opened own owned plan planned prefer prefers present
          presented prevent prevents produce produced produces propose proposed prove provide provided provides publish
          published put puts ran reach reached read reads receive received receives recommend recommended reduce reduced
          remain remained remains remove removed removes reply report reported reports require required requires restart
          restarted return returned returns run running runs said saw say says see seem seems seen sees send sends sent set
          sets show showed shown shows speak spoke start started starts stay stayed stop stopped stops store stored stores
          suggest suggested suggests take taken takes talk tell tells thought think thinks told took tried tries try turn
          turned use used uses using visit visited wait waited waits want wanted wants went work worked works write writes
          written wrote
          ago better best big different early easily easy far fast good great high just large late long low main new old
          other possible real recent same short similar simple slow small soon sure today tomorrow useful usually various
          yesterday
          """);

  /** Words that end with a dot in the middle of a sentence, without the dot. */
  public static final Set<String> ABBREVIATIONS =
      words(
          "dr mr mrs ms prof st sr jr rev hon gen col capt sgt lt gov sen rep no fig vs cf al approx dept est");

  private static Set<String> words(String list) {
    return Pattern.compile("\\s+")
        .splitAsStream(list.strip())
        .collect(Collectors.toUnmodifiableSet());
  }
}
