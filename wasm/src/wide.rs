//! AES that encrypts a single block as one of a batch. The batch is bitsliced code that is there anyway; the code for
//! single blocks, which is as long again, then stays out of the module.

use aes_gcm::aead::array::typenum::U16;
use aes_gcm::aead::{Key, KeyInit, KeySizeUser};
use aes_gcm::aes::cipher::inout::InOut;
use aes_gcm::aes::cipher::{
    Block, BlockCipherEncBackend, BlockCipherEncClosure, BlockCipherEncrypt, BlockSizeUser,
    ParBlocks, ParBlocksSizeUser,
};

pub struct Wide<Aes>(Aes);

impl<Aes: KeySizeUser> KeySizeUser for Wide<Aes> {
    type KeySize = Aes::KeySize;
}

impl<Aes: KeyInit> KeyInit for Wide<Aes> {
    fn new(key: &Key<Self>) -> Self {
        Self(Aes::new(key))
    }
}

impl<Aes> BlockSizeUser for Wide<Aes> {
    type BlockSize = U16;
}

impl<Aes: BlockCipherEncrypt + BlockSizeUser<BlockSize = U16>> BlockCipherEncrypt for Wide<Aes> {
    fn encrypt_with_backend(&self, work: impl BlockCipherEncClosure<BlockSize = U16>) {
        self.0.encrypt_with_backend(Closure(work));
    }
}

/// Work that is given the backend below instead of its own.
struct Closure<Work>(Work);

impl<Work> BlockSizeUser for Closure<Work> {
    type BlockSize = U16;
}

impl<Work: BlockCipherEncClosure<BlockSize = U16>> BlockCipherEncClosure for Closure<Work> {
    #[inline(always)]
    fn call<Backend: BlockCipherEncBackend<BlockSize = U16>>(self, backend: &Backend) {
        self.0.call(&Batches(backend));
    }
}

struct Batches<'a, Backend>(&'a Backend);

impl<Backend> BlockSizeUser for Batches<'_, Backend> {
    type BlockSize = U16;
}

impl<Backend: ParBlocksSizeUser> ParBlocksSizeUser for Batches<'_, Backend> {
    type ParBlocksSize = Backend::ParBlocksSize;
}

impl<Backend: BlockCipherEncBackend<BlockSize = U16>> BlockCipherEncBackend
    for Batches<'_, Backend>
{
    #[inline(always)]
    fn encrypt_block(&self, mut block: InOut<'_, '_, Block<Self>>) {
        let mut batch = ParBlocks::<Self>::default();
        batch[0] = block.clone_in();
        self.0.encrypt_par_blocks_inplace(&mut batch);
        *block.get_out() = batch[0];
    }

    #[inline(always)]
    fn encrypt_par_blocks(&self, blocks: InOut<'_, '_, ParBlocks<Self>>) {
        self.0.encrypt_par_blocks(blocks);
    }
}
