"""Fingerprints of the originals' source files: made by `tools/fingerprints.py`."""

__all__ = ["KNOWN_FORMS", "KNOWN_SOURCES"]

KNOWN_SOURCES: dict[str, dict[str, str]] = {
    "jiwer.process": {
        "a16e5923ea4356da": "3.0.0 3.0.2 3.0.3 3.0.4 3.0.5",
        "52a5978536004ae6": "3.1.0",
        "47ec0046008d434c": "4.0.0",
    },
    "jiwer.transformations": {
        "a8c73f9f18939afb": "3.0.0 3.0.2 3.0.3 3.0.4 3.0.5 3.1.0",
        "596f6b06ac37523f": "4.0.0",
    },
    "jiwer.transforms": {
        "e0e0ff9b43ccb46a": "3.0.0 3.0.2 3.0.3 3.0.4",
        "53cfb26a2d6b815d": "3.0.5 3.1.0",
        "1e4d1ab29591a84d": "4.0.0",
    },
    "nltk.metrics.distance": {
        "cde5320afc4dbbab": "3.8.1",
        "e35e62a30a00f48a": "3.9 3.9.1",
        "986a6b0fb14645ee": "3.9.2 3.9.3",
        "8ce352848a8124f5": "3.9.4",
        "53fd9983dde1819d": "3.10.0",
        "afd4ae940c45720d": "3.10.1 3.10.2",
        "caa1d4f040d2468d": "3.10.3",
        "0d53574f4abb3479": "3.10.4",
    },
    "nltk.stem.api": {
        "00590a4066db63fb": "3.9.4 3.10.0 3.10.1 3.10.2 3.10.3 3.10.4",
        "7f20872f9186659c": "3.8.1",
        "a3098fb93e8fae3c": "3.9 3.9.1",
        "a68c9befcea932a7": "3.9.2 3.9.3",
    },
    "nltk.stem.porter": {
        "814660bce5b8bcef": "3.10.0 3.10.1 3.10.2",
        "ab16069c9db8f596": "3.10.3",
        "2d75d36dc9e83fc4": "3.10.4",
        "40797f3ce2d69f3a": "3.8.1",
        "5f5290c956aee9a5": "3.9 3.9.1 3.9.2 3.9.3 3.9.4",
    },
    "nltk.translate.bleu_score": {
        "8f9c3258a9afa6db": "3.9.4 3.10.0 3.10.1 3.10.2 3.10.3",
        "02e7d7370fc615b5": "3.10.4",
        "046061652edf0bf7": "3.8.1",
        "a2c523c264cd126d": "3.9 3.9.1",
        "d25c06a63b9ecced": "3.9.2 3.9.3",
    },
    "nltk.translate.chrf_score": {
        "0acbfee5555ddc7d": "3.9.4 3.10.0 3.10.1 3.10.2 3.10.3",
        "47d7f5e3d20448a5": "3.10.4",
        "2ca8b0bed5835937": "3.8.1",
        "506393fa1b8f8b00": "3.9 3.9.1",
        "cdf5c0d0938d5d94": "3.9.2",
        "12fab579a75cc12b": "3.9.3",
    },
    "nltk.translate.gleu_score": {
        "ad2d0b2e09f21ae2": "3.8.1",
        "bc64c299470edeb3": "3.9 3.9.1",
        "983ca7928706ec5f": "3.9.2",
        "a866750f3fa2236f": "3.9.3",
        "ccafb279212113ff": "3.9.4 3.10.0 3.10.1 3.10.2 3.10.3 3.10.4",
    },
    "nltk.translate.meteor_score": {
        "63309e4c94f116ba": "3.10.0 3.10.1 3.10.2 3.10.3 3.10.4",
        "0ac8c7df1faeb22f": "3.8.1",
        "f311e090e3d3dd05": "3.9 3.9.1",
        "542ad48b34b6981a": "3.9.2 3.9.3",
        "23d9cd70ed2e5900": "3.9.4",
    },
    "nltk.util": {
        "6ec00f1b74527c58": "3.10.0 3.10.1 3.10.2 3.10.3",
        "cc70e80a0bb7f6ef": "3.10.4",
        "a270000a89b68ca5": "3.8.1",
        "ebccedb76cfda03f": "3.9 3.9.1",
        "0dac802c1d2e9841": "3.9.2",
        "79fda85edfd0309c": "3.9.3",
        "a4260bc0db64e8aa": "3.9.4",
    },
    "pyrouge.Rouge155": {
        "8f0a447c9528ca53": "0.1.3",
    },
    "rouge.rouge": {
        "8f97599be50cc889": "1.0.1",
    },
    "rouge.rouge_score": {
        "8ee6d532297568be": "1.0.1",
    },
    "rouge_chinese.rouge": {
        "97738165c22b8d65": "1.0.3",
    },
    "rouge_chinese.rouge_score": {
        "7d4a3d498652c0b7": "1.0.3",
    },
    "rouge_score.rouge_scorer": {
        "9484c5fd05e22cd2": "0.1.2",
    },
    "rouge_score.scoring": {
        "b3fc153499e48466": "0.1.2",
    },
    "rouge_score.tokenize": {
        "dc91cea8f09507f7": "0.1.2",
    },
    "rouge_score.tokenizers": {
        "2b7b9dae505ce873": "0.1.2",
    },
    "sacrebleu.metrics.base": {
        "c53594ccd7d72488": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2",
        "ed0e328e9a1cc215": "2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.metrics.bleu": {
        "4ea19dc440eedc7d": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0",
        "a5ebd446d1623dab": "2.5.1",
        "8d227ba4470dcf13": "2.6.0",
    },
    "sacrebleu.metrics.chrf": {
        "96190e0779f0b923": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.metrics.helpers": {
        "5569e03b717ff605": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.metrics.lib_ter": {
        "381263247983073a": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.metrics.ter": {
        "d6f5775e0fafdc70": "2.3.0 2.3.1",
        "4ee4b9d952e36b29": "2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.significance": {
        "54a9df587b436579": "2.3.0 2.3.1 2.3.2 2.4.0",
        "3c33bb982bb9ccbf": "2.3.3 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_13a": {
        "ff50a5a503c81aa4": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_base": {
        "60dbea2f7a16debb": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_char": {
        "b9b3ec063ccd5ea1": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_intl": {
        "1066b2291aaa718e": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_ja_mecab": {
        "5981dcef1b40aee2": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_ko_mecab": {
        "0564c4907a7c7767": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_none": {
        "d155feaa850cdc7c": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_re": {
        "386724de93e1c226": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_spm": {
        "2fb1b247faaba750": "2.3.0",
        "5ee33d22bab6f043": "2.3.1",
        "13f2410aac2c230c": "2.3.2 2.4.0",
        "a2d054b3095db4c7": "2.3.3 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1",
        "2caec3d0e8e9cac6": "2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_ter": {
        "1d8438d44a8549bb": "2.3.0 2.3.1",
        "dfb28fb31d23c2c4": "2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.tokenizers.tokenizer_zh": {
        "1a605edc4dbdb840": "2.3.0 2.3.1 2.3.2 2.3.3 2.4.0 2.4.1 2.4.2 2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "sacrebleu.utils": {
        "3ad155e0a6a787a0": "2.3.0 2.3.1 2.3.2 2.4.0",
        "970c8988a9e23906": "2.3.3 2.4.1 2.4.2",
        "93db1f2983f6c2e5": "2.4.3 2.5.0 2.5.1 2.6.0",
    },
    "torchmetrics.functional.text.bleu": {
        "3f617615937e755c": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.cer": {
        "40fb26fe4512fc52": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.chrf": {
        "cb195d49e67756e4": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1",
        "2f908cc380f98778": "1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.edit": {
        "32a1c62ef9a43383": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.eed": {
        "d63f1644bc9c684a": "1.6.0 1.6.1",
        "1f234216cce6b1ab": "1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.helper": {
        "d80506f7929b1b1c": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.mer": {
        "ae844618a19c7e97": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.rouge": {
        "84c07f91e86e92bd": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.sacre_bleu": {
        "7249dadeef6c1a69": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1",
        "8c604571d28f2cf3": "1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.squad": {
        "caefef365e57e475": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.ter": {
        "1aa7ac6fdf34cd2d": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.wer": {
        "429c20d08451e684": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.wil": {
        "22127c14e8aecda1": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
    "torchmetrics.functional.text.wip": {
        "8c91d7180d437fe5": "1.6.0 1.6.1 1.6.2 1.6.3 1.7.0 1.7.1 1.7.2 1.7.3 1.7.4 1.8.0 1.8.1 1.8.2 1.9.0",
    },
}
"""The versions that have each fingerprint, by module."""

KNOWN_FORMS: dict[str, dict[str, tuple[str, ...]]] = {
    "compute_score": {
        "9d3458418861c3c4": ("evaluate metrics/squad",),
    },
    "nmt_bleu": {
        "6732da26406b529c": ("tensorflow/nmt 263d6dc",),
        "d0ccbce50a7c19d9": ("tensorflow/nmt 2fdfd50",),
        "dca7a742bb3f43fd": ("tensorflow/nmt master",),
    },
    "rouge_scorer": {
        "2ae2b43b671e18e0": ("rouge_score 0.1.2",),
        "57223f05081fccad": ("evalscope 1.0.0",),
        "5c38b659ce21ec59": ("evalscope 1.14.1",),
        "84296428358a8a85": (
            "azure_ai_evaluation 1.0.0",
            "azure_ai_evaluation 1.18.10",
            "azure_ai_evaluation 1.9.0",
        ),
    },
    "scoring": {
        "f4e6d99edb38f188": ("rouge_score 0.1.2",),
        "f8e7bede0d63f569": (
            "azure_ai_evaluation 1.0.0",
            "azure_ai_evaluation 1.18.10",
            "azure_ai_evaluation 1.9.0",
        ),
    },
    "tokenize": {
        "938c92228e18d01f": (
            "azure_ai_evaluation 1.0.0",
            "azure_ai_evaluation 1.18.10",
            "azure_ai_evaluation 1.9.0",
        ),
        "e7633a24de1ba0e9": ("rouge_score 0.1.2",),
    },
    "tokenizers": {
        "b85917d73e29c8e0": (
            "azure_ai_evaluation 1.0.0",
            "azure_ai_evaluation 1.18.10",
            "azure_ai_evaluation 1.9.0",
            "rouge_score 0.1.2",
        ),
    },
}
