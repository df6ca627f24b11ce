package dev.thalweg.cli;

import static dev.thalweg.cli.Ran.thalweg;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Bad input gets one sentence that names the option and, where there is one, the right word.
class MessagesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    train --epoch 3                    | thalweg train: there is no option '--epoch'; did you mean '--epochs'? All are explained; see thalweg train --help
                    train a b                          | thalweg train: there is an argument too many: 'b'
                    train --batch 0                    | thalweg train: --batch must be at least 1, got 0
                    train --epochs 2 --batch 8 --batch 4 | thalweg train: option '--batch' (N) should be specified only once
                    train --batch 1.5                  | thalweg train: Invalid value for option '--batch': '1.5' is not a whole number
                    train --lr -1                      | thalweg train: --lr must be a number above 0 or auto, got '-1'
                    train --lr NaN                     | thalweg train: --lr must be a number above 0 or auto, got 'NaN'
                    train --lr atuo                    | thalweg train: --lr must be a number above 0 or auto, got 'atuo'
                    train --lr auto --set optimization.learningRate=1 | thalweg train: --lr auto and --set optimization.learningRate exclude one another
                    train --resume a --lr auto         | thalweg train: --resume does not take --lr: a run goes on as its recipe.json has it
                    lr --lr auto                       | thalweg lr: --lr auto is what this command does; --lr RATE has it compared with that rate
                    lr --lr 0                          | thalweg lr: --lr must be a number above 0 or auto, got '0'
                    lr --from 0                        | thalweg lr: --from must be above 0, got 0
                    lr --to 1e7                        | thalweg lr: --to must be at most 1000000, got 1.0E7
                    lr --steps 19                      | thalweg lr: --steps must be 20 to 10,000, got 19
                    lr shapes:100 --model mlp --from 2 --to 1 | thalweg lr: --from must be below --to, got 2 and 1
                    lr shapes:100 --model mlp --from 20 | thalweg lr: --from must be below --to, got 20 and 10
                    train --epochs 0                   | thalweg train: --epochs must be above 0, got 0
                    train --epochs 1e300               | thalweg train: --epochs must be at most 1,000,000, got 1.0E300
                    train --accumulate 0               | thalweg train: --accumulate must be at least 1, got 0
                    train --threads 0                  | thalweg train: --threads must be from 1 to 1,024, got 0
                    train --validation 1               | thalweg train: --validation must be in [0, 1), got 1
                    train --label-smoothing 1.5        | thalweg train: --label-smoothing must be in [0, 1), got 1.5
                    train --weight-decay -0.1          | thalweg train: --weight-decay must be at least 0, got -0.1
                    train --size 0x3                   | thalweg train: --size must be a number of pixels, 1 to 99,999, or HEIGHTxWIDTH, such as 64 or 64x48, got '0x3'
                    train --warmup 5x                  | thalweg train: --warmup must be a number of steps, or of epochs as in 5e, got '5x'
                    train --decay up                   | thalweg train: --decay must be coupled or decoupled, got 'up'
                    train --precision fp16             | thalweg train: --precision: there is no precision 'fp16'; known are: auto, fp32, bf16
                    train --test-averaging seven       | thalweg train: --test-averaging: there is no averaging 'seven'; known are: none, mirror, six
                    train --clip-norm 1 --clip-value 1 | thalweg train: --clip-norm, --clip-value and --clip-units exclude one another
                    train --freeze fc@x                | thalweg train: --freeze: after @ comes the epoch until which to train, as in 'fc@3', got 'fc@x'
                    train --augment flop               | thalweg train: --augment: there is no augmentation 'flop'; did you mean 'flip'? Known are: none, flip, alternating-flip, crop, resized-crop, cutout
                    train --recipe airbench95          | thalweg train: --recipe: there is no file 'airbench95', and there is no recipe 'airbench95'; did you mean 'airbench94'? Known are: airbench94
                    train --resume a --seed 3          | thalweg train: --resume does not take --seed: a run goes on as its recipe.json has it
                    train --resume a shapes            | thalweg train: --resume takes no DATA: the run's recipe.json names it
                    train --resume a --replay b        | thalweg train: --resume does not take --replay: a run goes on as its recipe.json has it
                    train --replay absent.jsonl        | thalweg train: --replay: there is no file absent.jsonl
                    train --control                    | thalweg train: --control is of use with --live only
                    train --live=here                  | thalweg train: --live must be the number of a port, got 'here'
                    train --live 70000                 | thalweg train: --live must be a port, 0 to 65535, got 70000
                    train --mlflow=mlruns              | thalweg train: --mlflow: expected the address of an MLflow tracking server, such as http://localhost:5000, got 'mlruns'
                    train --mlflow-experiment a        | thalweg train: --mlflow-experiment is of use with --mlflow only
                    watch                              | thalweg watch: Missing required parameter: 'RUN'; see thalweg watch --help
                    watch a --port -1                  | thalweg watch: --port must be a port, 0 to 65535, got -1
                    evaluate                           | thalweg evaluate: Missing required parameter: 'MODEL'; see thalweg evaluate --help
                    evaluate a b --part tset           | thalweg evaluate: --part: there is no part 'tset'; did you mean 'test'? Known are: train, validation, test
                    plan                               | thalweg plan: Missing required option: '--model=NAME'; see thalweg plan --help
                    plan --model vgg16-bn --channels 2 | thalweg plan: --channels must be 1 or 3, got 2
                    """)
    void badCommandLines(String line, String sentence) {
        var ran = thalweg((Object[]) line.split(" "));
        assertThat(ran.err().strip()).isEqualTo(sentence);
        assertThat(ran.out()).isEmpty();
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
    }

    /// As from a shell variable that was never set; Java would take it for the current folder.
    @ParameterizedTest
    @ValueSource(strings = {"train", "lr", "compare", "data check", "data show", "data convert"})
    void dataWithoutAName(String command) {
        var line = new ArrayList<>(List.of(command.split(" ")));
        line.add("");
        if (command.equals("data convert")) line.addAll(List.of("--out", "absent.safetensors"));
        var ran = thalweg(line.toArray());
        assertThat(ran.err().strip())
                .isEqualTo(
                        "thalweg %s: DATA is empty: name a folder, an archive, a table or a published set (a shell variable that was never set is empty)"
                                .formatted(command));
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    trian                      | thalweg: there is no command 'trian'; did you mean 'train'? Known are: train, lr, compare, evaluate,
                    train --model resnte20     | thalweg train: --model: there is no architecture 'resnte20'; did you mean 'resnet20'? Known are: softmax, perceptron, mlp,
                    train --optimizer nesterow | thalweg train: --optimizer: there is no optimizer 'nesterow'; did you mean 'nesterov'? Known are: sgd,
                    train --optimizer sgd:mu=1 | thalweg train: --optimizer: optimizer sgd: there is no key 'mu'
                    train --schedule cosin     | thalweg train: --schedule: there is no schedule 'cosin'; did you mean 'cosine'? Known are: constant,
                    plan --model resnet81      | thalweg plan: --model: there is no architecture 'resnet81'; did you mean 'resnet18'? Known are: softmax, perceptron, mlp,
                    """)
    void misspeltNames(String line, String start) {
        var ran = thalweg((Object[]) line.split(" "));
        assertThat(ran.err()).startsWith(start).hasLineCount(1);
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
    }

    @Test
    void absentFilesAndFolders(@TempDir Path folder) {
        var absent = folder.resolve("absent");
        var data = thalweg("train", absent);
        assertThat(data.err().strip())
                .isEqualTo("thalweg train: " + absent
                        + ": there is no such file or folder; give a folder, a .tar, .tar.gz or .zip archive,"
                        + " a .csv, .tsv, .parquet or .safetensors file, or 'shapes' for the generated set");
        assertThat(data.status()).isEqualTo(Exit.FAILED);
        assertThat(thalweg("train", "--resume", absent).err().strip())
                .isEqualTo("thalweg train: " + absent + ": expected the folder of a run, found nothing there");
        assertThat(thalweg("train", "--recipe", absent + ".json").err().strip())
                .isEqualTo("thalweg train: there is no file or folder " + absent + ".json");
        assertThat(thalweg("watch", absent).err().strip())
                .isEqualTo("thalweg watch: there is no file or folder " + absent);
        assertThat(thalweg("evaluate", absent).err().strip())
                .isEqualTo("thalweg evaluate: there is no file or folder " + absent);
        assertThat(thalweg("predict", folder, "a.jpg").err().strip())
                .isEqualTo("thalweg predict: " + folder + ": there is no model.safetensors in this folder");
    }

    @Test
    void misspeltKeysOfRecipes(@TempDir Path folder) throws Exception {
        var file = folder.resolve("mine.json");
        Files.writeString(file, "{\"training\": {\"epoch\": 3}}");
        var ran = thalweg("train", "shapes:100", "--recipe", file, "--out", folder.resolve("run"));
        assertThat(ran.err())
                .startsWith("thalweg train: " + file)
                .contains(
                        "there is no key 'training.epoch'; did you mean 'training.epochs'? Known are: training.accumulate")
                .hasLineCount(1);
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(folder.resolve("run")).doesNotExist();
    }

    @Test
    void patternsThatNameNoParameter(@TempDir Path folder) {
        var ran = thalweg(
                "train", "shapes:100", "--model", "lenet5", "--freeze", "conv9.*", "--out", folder.resolve("run"));
        assertThat(ran.err().strip())
                .isEqualTo(
                        "thalweg train: --freeze: no parameter of lenet5 is named 'conv9.*'; the first are conv1.weight,"
                                + " conv1.bias");
        assertThat(ran.status()).isEqualTo(Exit.USAGE);
    }

    @Test
    void batchesLargerThanTheData(@TempDir Path folder) {
        var ran = thalweg("train", "shapes:100", "--batch", "1000", "--out", folder.resolve("run"));
        assertThat(ran.err().strip())
                .isEqualTo("thalweg train: --batch must be at most the number of training examples, 100, got 1,000");
    }

    @Test
    void plansThatDoNotFit() {
        var ran = thalweg("plan", "--model", "resnet50", "--batch", "100000", "--no-profile");
        assertThat(ran.status()).isEqualTo(Exit.FAILED);
        assertThat(ran.err())
                .matches(
                        "(?s)thalweg plan: resnet50 at batch 100000 needs \\d+\\.\\d\\d GB, but .* are available; try a batch of \\d+ or smaller pictures\\s+");
    }

    @Test
    void stackTracesOnRequestOnly(@TempDir Path folder) {
        var absent = folder.resolve("absent");
        assertThat(thalweg("evaluate", absent).err()).doesNotContain("\tat ");
        assertThat(thalweg("evaluate", absent, "--debug").err()).contains("NoSuchFileException", "\tat ");
        assertThat(thalweg("--debug", "evaluate", absent).err()).contains("\tat ");
    }
}
