package dev.thalweg.bench.breeze;

import static java.lang.constant.ConstantDescs.CD_Object;
import static java.lang.constant.ConstantDescs.INIT_NAME;
import static java.lang.constant.ConstantDescs.MTD_void;

import breeze.linalg.DenseVector;
import breeze.optimize.DiffFunction;
import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.function.UnaryOperator;
import scala.Tuple2;

/// Breeze's interface for functions with gradients, which javac cannot implement: it sees `apply` twice, once with
/// a primitive result. So a class that does is assembled here; `apply`, which L-BFGS does not call, is left out.
final class ScalaFunction {
    private static final MethodHandle MAKE = assemble();

    private ScalaFunction() {}

    /// What it computes with.
    @FunctionalInterface
    interface Calculation {
        Tuple2<Object, DenseVector<Object>> calculate(DenseVector<Object> x);
    }

    /// A function whose values and gradients are those of `calculation`.
    @SuppressWarnings("unchecked")
    static DiffFunction<DenseVector<Object>> of(Calculation calculation) {
        UnaryOperator<Object> untyped = x -> calculation.calculate((DenseVector<Object>) x);
        try {
            return (DiffFunction<DenseVector<Object>>) MAKE.invoke(untyped);
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }

    private static MethodHandle assemble() {
        var lookup = MethodHandles.lookup();
        var self = ClassDesc.of(ScalaFunction.class.getName() + "Made");
        var operator = UnaryOperator.class.describeConstable().orElseThrow();
        var pair = Tuple2.class.describeConstable().orElseThrow();
        var make = MethodTypeDesc.ofDescriptor("(" + operator.descriptorString() + ")V");
        byte[] bytes = ClassFile.of()
                .build(
                        self,
                        made -> made.withFlags(ClassFile.ACC_PUBLIC | ClassFile.ACC_FINAL)
                                .withInterfaceSymbols(
                                        DiffFunction.class.describeConstable().orElseThrow())
                                .withField("f", operator, ClassFile.ACC_PRIVATE | ClassFile.ACC_FINAL)
                                .withMethodBody(
                                        INIT_NAME,
                                        make,
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .invokespecial(CD_Object, INIT_NAME, MTD_void)
                                                .aload(0)
                                                .aload(1)
                                                .putfield(self, "f", operator)
                                                .return_())
                                .withMethodBody(
                                        "calculate",
                                        MethodTypeDesc.of(pair, CD_Object),
                                        ClassFile.ACC_PUBLIC,
                                        code -> code.aload(0)
                                                .getfield(self, "f", operator)
                                                .aload(1)
                                                .invokeinterface(
                                                        operator, "apply", MethodTypeDesc.of(CD_Object, CD_Object))
                                                .checkcast(pair)
                                                .areturn()));
        try {
            var type = lookup.defineHiddenClass(bytes, true).lookupClass();
            return lookup.findConstructor(type, MethodType.methodType(void.class, UnaryOperator.class))
                    .asType(MethodType.methodType(Object.class, UnaryOperator.class));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
