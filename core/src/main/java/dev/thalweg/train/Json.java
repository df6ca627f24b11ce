package dev.thalweg.train;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.thalweg.minimize.Bfgs;
import dev.thalweg.minimize.ConjugateGradient;
import dev.thalweg.minimize.GradientDescent;
import dev.thalweg.minimize.Lbfgs;
import dev.thalweg.minimize.Minimizer;
import dev.thalweg.minimize.Newton;
import dev.thalweg.minimize.NewtonCg;
import dev.thalweg.minimize.OwlQn;
import dev.thalweg.optim.AdaDelta;
import dev.thalweg.optim.AdaGrad;
import dev.thalweg.optim.AdaMax;
import dev.thalweg.optim.Adafactor;
import dev.thalweg.optim.Adam;
import dev.thalweg.optim.AdamW;
import dev.thalweg.optim.Adan;
import dev.thalweg.optim.AmsGrad;
import dev.thalweg.optim.Bf16Slots;
import dev.thalweg.optim.Clip;
import dev.thalweg.optim.FirstOrder;
import dev.thalweg.optim.Lamb;
import dev.thalweg.optim.Lars;
import dev.thalweg.optim.Lion;
import dev.thalweg.optim.Momentum;
import dev.thalweg.optim.Muon;
import dev.thalweg.optim.NAdam;
import dev.thalweg.optim.Nesterov;
import dev.thalweg.optim.RAdam;
import dev.thalweg.optim.RmsProp;
import dev.thalweg.optim.Rule;
import dev.thalweg.optim.Schedule;
import dev.thalweg.optim.ScheduleFreeAdamW;
import dev.thalweg.optim.ScheduleFreeSgd;
import dev.thalweg.optim.Selector;
import dev.thalweg.optim.Sgd;
import dev.thalweg.optim.Soap;
import dev.thalweg.optim.Sophia;
import dev.thalweg.tensor.KindName;
import java.util.List;
import java.util.stream.Stream;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;

/// How the records of a run are written as JSON. Values of which there are several kinds say which
/// they are: a schedule or a selector by `kind`, an update rule by `rule`.
final class Json {
    /// The update rules, with the hyper-parameters that apply where none are given.
    static final List<FirstOrder> RULES = List.of(
            new Sgd(),
            new Momentum(0.9),
            new Nesterov(0.9),
            new AdaGrad(),
            new AdaDelta(),
            new RmsProp(),
            new Adam(),
            new AmsGrad(),
            new AdaMax(),
            new NAdam(),
            new RAdam(),
            new AdamW(),
            new Lion(),
            new Adan(),
            new Lars(),
            new Lamb(),
            new Adafactor(),
            new ScheduleFreeSgd(),
            new ScheduleFreeAdamW(),
            new Sophia(),
            new Muon(),
            new Soap(),
            new Bf16Slots());

    /// The minimizers, likewise.
    static final List<Minimizer> MINIMIZERS = List.of(
            new GradientDescent(),
            new ConjugateGradient(),
            new Newton(),
            new NewtonCg(),
            new Bfgs(),
            new Lbfgs(),
            new OwlQn());

    /// All of them.
    static final List<Rule> ALL_RULES =
            Stream.<Rule>concat(RULES.stream(), MINIMIZERS.stream()).toList();

    /// The schedules, likewise.
    static final List<Schedule> SCHEDULES = List.of(
            new Schedule.Constant(),
            new Schedule.StepDecay(1000, 0.1),
            new Schedule.MultiStep(List.of(1000L, 2000L), 0.1),
            new Schedule.Exponential(0.999),
            new Schedule.InverseTime(0.001),
            new Schedule.Polynomial(1, 0),
            new Schedule.Cosine(0),
            new Schedule.CosineRestarts(1000, 2, 0),
            Schedule.OneCycle.PYTORCH,
            Schedule.Triangle.AIRBENCH,
            new Schedule.Warmup(100, new Schedule.Constant()),
            new Schedule.PerEpoch(1, new Schedule.Constant()));

    static final JsonMapper MAPPER = mapper();

    private Json() {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
    private interface ByKind {}

    @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "rule")
    private interface ByRule {}

    private static JsonMapper mapper() {
        var builder = JsonMapper.builder()
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                .enable(SerializationFeature.INDENT_OUTPUT)
                .enable(EnumFeature.WRITE_ENUMS_TO_LOWERCASE)
                .enable(MapperFeature.ACCEPT_CASE_INSENSITIVE_ENUMS)
                .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .addMixIn(Schedule.class, ByKind.class)
                .addMixIn(Selector.class, ByKind.class)
                .addMixIn(Clip.class, ByKind.class)
                .addMixIn(Rule.class, ByRule.class);
        for (var rule : ALL_RULES) builder.registerSubtypes(new NamedType(rule.getClass(), rule.name()));
        for (Class<?> family : List.of(Schedule.class, Selector.class, Clip.class))
            for (Class<?> kind : family.getPermittedSubclasses())
                builder.registerSubtypes(new NamedType(kind, KindName.of(kind)));
        return builder.build();
    }

    /// A value out of a text that somebody may have damaged, with all that it must have.
    ///
    /// @throws JacksonException if it is none
    static <T> T read(String text, Class<T> type) {
        return Complete.check(MAPPER.readValue(text, type));
    }
}
